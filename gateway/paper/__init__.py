"""Printed permits: QR codes, pictures of them, the form as PDF. Home of zxing-cpp and typst."""
