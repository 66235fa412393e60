# The steps of benchmarks/diagnosis.py in R, timed. Called with the folder of its data.
suppressMessages({library(lavaan); library(psych); library(semTools); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
d <- read.csv(file.path(folder, "items.csv")); role <- d$role; d$role <- NULL
s <- fromJSON(file.path(folder, "study.json"), simplifyVector = FALSE)
items <- lapply(s$items, unlist)
clock <- function(code) unname(system.time(code)["elapsed"])
line <- function(k) paste(k, "=~", paste(items[[k]], collapse = "+"))
cfa_text <- paste(sapply(names(items), line), collapse = "\n")

t_alpha <- clock(for (i in items) suppressWarnings(psych::alpha(d[i], warnings = FALSE)))
t_omega <- clock(for (k in names(items)) {
  f <- suppressWarnings(lavaan::cfa(line(k), d, std.lv = TRUE))
  try(semTools::compRelSEM(f), silent = TRUE)
})
t_cfa <- clock({
  fit <- lavaan::cfa(cfa_text, d, std.lv = TRUE)
  lavaan::fitMeasures(fit); lavaan::parameterEstimates(fit); lavaan::standardizedSolution(fit)
  semTools::AVE(fit)
})
t_htmt <- clock(semTools::htmt(cfa_text, d))
own <- sapply(items, function(i) as.numeric(names(d) %in% i))
t_htmt_boot <- clock(for (b in 1:500) {
  r <- abs(cor(d[sample(nrow(d), replace = TRUE), ])); k <- colSums(own)
  block <- t(own) %*% r %*% own; within <- (diag(block) - k) / (k * (k - 1))
  h <- block / outer(k, k) / sqrt(outer(within, within))
})

scores <- as.data.frame(lapply(items, function(i) rowMeans(d[i])))
t_model <- clock({
  m <- lavaan::sem(s$model, scores)
  lavaan::fitMeasures(m); lavaan::parameterEstimates(m); lavaan::standardizedSolution(m)
})

x <- (scores - 1) / 4
constraints <- paste0("C", 1:9); x[constraints] <- 1 - x[constraints]
rows <- split(seq_len(nrow(x)), role)
relative_weights <- function(z) {
  R <- cor(z); k <- ncol(R) - 1; e <- eigen(R[1:k, 1:k])
  L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  as.vector(L^2 %*% (solve(L) %*% R[1:k, k + 1])^2)
}
t_boot <- clock(for (b in 1:2000) {
  pick <- lapply(rows, function(r) sample(r, length(r) - 1, replace = TRUE))
  means <- rowMeans(sapply(pick, function(p) colMeans(x[p, ])))
  u <- c(mean(means[unlist(s$U1)]), mean(means[unlist(s$U2)]))
  D <- sqrt(2 * sqrt(prod(u)) / sum(u) * mean(u))
  W <- sqrt(sqrt((1 - abs(u[1] - u[2])) * min(u) / max(u)) * mean(u))
  p <- unlist(pick); w <- relative_weights(cbind(x[p, constraints], rowMeans(x[p, unlist(s$U2)])))
})
cat(toJSON(list(alpha = t_alpha, omega = t_omega, cfa = t_cfa, htmt = t_htmt,
                htmt_draws = t_htmt_boot, model = t_model, draws = t_boot), auto_unbox = TRUE))
