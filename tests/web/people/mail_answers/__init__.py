"""Questions by mail: asked, mailed, answered once; hostile links and forms."""
