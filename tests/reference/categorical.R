# Constants of tests/analysis/sem/test_categorical_moments.py (R 4.2.2, lavaan 0.6-14).
#   python -c "from tests.analysis.sem.mixed_survey import mixed_survey; mixed_survey().to_csv('mixed.csv', index=False)"
#   Rscript tests/reference/categorical.R mixed.csv
suppressMessages(library(lavaan))
d <- read.csv(commandArgs(TRUE)[1])
names(d) <- sub("_m$", "M", names(d))
ord <- c("a", "b", "c", "d", "e", "aM", "bM", "cM")
show <- function(tag, model, ...) {
  fit <- sem(model, d, ordered = ord, ...)
  gamma <- lavInspect(fit, "gamma")
  cat("###", tag, "\nobs =", sprintf("%.9f", lavInspect(fit, "wls.obs")), "\ndiag =",
      sprintf("%.8f", diag(gamma)), "\nrow =", sprintf("%.8f", gamma[nrow(gamma) - 2, ]), "\n")
}
show("PLAIN", "f =~ a + b + c + d + e")
show("MIXED", "f =~ a + b + y + z")
show("COVARIATES", "f =~ a + b + y + z\n f ~ x + w")
show("PAIRWISE", "f =~ aM + bM + cM + yM + zM", missing = "pairwise")
show("WEIGHTS", "f =~ a + b + y\n f ~ x", sampling.weights = "weight")
table_cor <- function(counts) {
  cells <- expand.grid(u = seq_len(nrow(counts)), v = seq_len(ncol(counts)))
  d <- cells[rep(seq_len(nrow(cells)), as.vector(counts)), ]
  print(lavCor(data.frame(u = ordered(d$u), v = ordered(d$v)))[2, 1], digits = 9)
}
table_cor(rbind(c(30, 10), c(12, 28)))
table_cor(rbind(c(30, 0), c(12, 28)))
table_cor(rbind(c(20, 8, 0), c(6, 15, 5), c(0, 9, 17)))
