"""What is private turns up nowhere that it has no business."""
