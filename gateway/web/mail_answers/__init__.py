"""Questions by mail: pages of officers that ask, and the page that the link in the mail opens."""
