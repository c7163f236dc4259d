"""Networks for sound, on the waveform and on its log-mel spectrogram, and what they begin with."""
