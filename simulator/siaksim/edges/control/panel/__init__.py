"""The web panel: pages over the control API, and nothing else (asking.py)."""

from siaksim.edges.control.panel import days as days
from siaksim.edges.control.panel.frame import panel as panel
