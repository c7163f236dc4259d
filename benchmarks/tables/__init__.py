"""How good the defaults are on real data, beside scikit-learn's linear model, MLP and boosting."""
