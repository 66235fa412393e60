"""Ordered variables: thresholds, polychoric correlations and their sampling error.

From answers to a fit function:

1. ``ordered_input``: checked cases → category numbers (``data``) → ``SampleMoments``;
2. ``univariate``, ``polychoric``, ``casewise``: thresholds and correlations in two steps,
   on ``binormal`` and ``root``;
3. ``influence``: the asymptotic covariance of all of them (``moments`` puts 2 and 3 together);
4. ``scaling``, ``moment_model``: what a model implies, delta and theta parameterization;
5. ``weighting``: the weight matrix of WLS, DWLS and ULS.
"""
