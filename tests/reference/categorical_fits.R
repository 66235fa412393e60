# Fits behind tests/analysis/sem/test_categorical_fits.py (R 4.2.2, lavaan 0.6-14).
#   python -c "from tests.analysis.sem.mixed_survey import mixed_survey; mixed_survey().to_csv('mixed.csv', index=False)"
#   Rscript tests/reference/categorical_fits.R mixed.csv tests/reference/categorical_fits.json
suppressMessages({library(lavaan); library(jsonlite)})
args <- commandArgs(TRUE)
d <- read.csv(args[1])
ord <- c("a", "b", "c", "d", "e")
one <- "f =~ a + b + c + d + e"
# lavaan's nlminb sometimes calls a tighter tolerance "false convergence"; the tightest that passes is kept.
fit <- function(...) {
  for (tolerance in c(1e-14, 1e-13, 1e-12, 1e-11, 1e-10)) {
    f <- suppressWarnings(sem(..., control = list(rel.tol = tolerance, iter.max = 2000)))
    if (lavInspect(f, "converged")) return(f)
  }
}
fits <- list(
  delta = fit(one, d, ordered = ord),
  theta = fit(one, d, ordered = ord, parameterization = "theta"),
  mixed_covariates = fit("f =~ a + b + y + z\n f ~ x + w\n y ~ w", d, ordered = ord),
  theta_covariates = fit("f =~ a + b + c + e\n f ~ x + w", d, ordered = ord, parameterization = "theta"),
  groups = fit("f =~ b + c + d + e", d, ordered = ord, group = "group", group.equal = c("thresholds", "loadings")),
  pairwise = fit("f =~ a_m + b_m + c_m + y_m + z_m", d, ordered = paste0(ord, "_m"), missing = "pairwise"),
  weights = fit(one, d, ordered = ord, sampling.weights = "weight"),
  ulsmv = fit(one, d, ordered = ord, estimator = "ULSMV"),
  wls = fit("f =~ a + b + c + d", d, ordered = ord, estimator = "WLS"),
  wlsm = fit(one, d, ordered = ord, estimator = "WLSM"),
  mediation = fit("c ~ p*x + w\n e ~ q*c + x\n ind := p*q", d, ordered = ord),
  fiml = fit("f =~ b_m + d_m + y_m + z_m\n f ~ x", d, missing = "ml", em.h1.tol = 1e-12),
  fiml_mlr_groups = fit("f =~ b_m + d_m + y_m + z_m", d, missing = "ml", estimator = "MLR", group = "group",
    group.equal = c("loadings", "intercepts"), em.h1.tol = 1e-12),
  fiml_random_x = fit("y_m ~ b_m + x\n z_m ~ y_m + b_m", d, missing = "ml", fixed.x = FALSE, em.h1.tol = 1e-12)
)
measures <- c("chisq", "df", "chisq.scaled", "chisq.scaling.factor", "cfi", "tli", "rmsea", "srmr", "cfi.scaled", "rmsea.scaled",
  "cfi.robust", "tli.robust", "rmsea.robust", "gfi", "baseline.chisq", "baseline.chisq.scaled", "logl", "unrestricted.logl", "bic")
clean <- function(x) { x <- signif(x, 10); x[!is.finite(x)] <- NA; x }
out <- lapply(fits, function(f) {
  s <- standardizedSolution(f)
  p <- parameterEstimates(f, remove.eq = FALSE, remove.ineq = FALSE, remove.def = FALSE)
  p$std <- s$est.std[match(paste(p$lhs, p$op, p$rhs, p$group), paste(s$lhs, s$op, s$rhs, s$group))]
  p$std_se <- s$se[match(paste(p$lhs, p$op, p$rhs, p$group), paste(s$lhs, s$op, s$rhs, s$group))]
  if (is.null(p$group)) p$group <- 1
  p <- p[p$se > 0 & p$op != "~*~" | p$op == ":=", ]
  m <- fitMeasures(f); m <- m[intersect(measures, names(m))]
  list(rows = data.frame(lhs = p$lhs, op = p$op, rhs = p$rhs, group = p$group, est = clean(p$est), se = clean(p$se),
    std = clean(p$std), std_se = clean(p$std_se)), fit = as.list(clean(m)))
})
write_json(list(lavaan = as.character(packageVersion("lavaan")), fits = out), args[2], auto_unbox = TRUE, digits = NA, na = "null", pretty = FALSE)
