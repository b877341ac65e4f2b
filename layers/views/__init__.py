"""Pages of overlays for staff, and the published ones for everybody's map."""
