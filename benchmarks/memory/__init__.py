"""How much memory a fit takes as the data grow."""
