"""Verdicts told: terminal, JSON, JUnit and HTML, in English or Bahasa Indonesia. PURE."""
