# lavaan's side of benchmarks/sem.py: Rscript sem_lavaan.R jobs.json times.json
# CPU seconds (user + system), median of up to five runs; the number is what must agree.
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})
args <- commandArgs(TRUE)
jobs <- fromJSON(args[1], simplifyDataFrame = FALSE)

cpu <- function(work) {
  seconds <- c()
  number <- NA
  while (length(seconds) < 5 && sum(seconds) < 5) {
    used <- system.time(number <- suppressWarnings(work()))
    seconds <- c(seconds, sum(used[c("user.self", "sys.self")]))
  }
  list(seconds = median(seconds), number = number)
}

work_of <- function(job, d) {
  switch(job$kind,
    ml = function() {
      f <- sem(job$model, d)
      standardizedSolution(f)
      fitMeasures(f)[["chisq"]]
    },
    fiml = function() fitMeasures(sem(job$model, d, missing = "ml"), "chisq")[["chisq"]],
    wlsmv = function() {
      f <- sem(job$model, d, estimator = "WLSMV", ordered = names(d))
      f@test[["scaled.shifted"]]$stat
    },
    boot = function() {
      f <- sem(job$model, d)
      set.seed(1)
      b <- bootstrapLavaan(f, R = job$draws, FUN = function(x) {
        e <- coef(x)
        e[["a"]] * e[["b"]]
      })
      sd(b[, 1], na.rm = TRUE)
    },
    ladder = function() {
      steps <- list("", "loadings", c("loadings", "intercepts"), c("loadings", "intercepts", "residuals"))
      fits <- lapply(steps, function(equal) sem(job$model, d, group = "group", group.equal = equal))
      lavTestLRT(fits[[1]], fits[[2]], fits[[3]], fits[[4]])
      lapply(fits, fitMeasures)
      fitMeasures(fits[[3]])[["chisq"]]
    }
  )
}

answers <- list()
for (job in jobs) {
  d <- read.csv(job$csv)
  answers[[job$name]] <- cpu(work_of(job, d))
}
write_json(answers, args[2], auto_unbox = TRUE, digits = NA)
