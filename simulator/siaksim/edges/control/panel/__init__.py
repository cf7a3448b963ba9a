"""The web panel: pages over the control API, and nothing else (asking.py)."""

from siaksim.edges.control.panel import citizens as citizens
from siaksim.edges.control.panel import days as days
from siaksim.edges.control.panel import mails as mails
from siaksim.edges.control.panel import realms as realms
from siaksim.edges.control.panel import traffic as traffic
from siaksim.edges.control.panel import verdicts as verdicts
from siaksim.edges.control.panel.frame import panel as panel
