"""What every other package stands on: errors, names, settings, seeds, files and the records that stages hand on."""
