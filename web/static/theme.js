// Applies the chosen theme before the first paint, so that a dark page never flashes white.
(function () {
	var choice = 'system';
	try {
		choice = localStorage.getItem('theme') || 'system';
	} catch (error) {
		// Storage is blocked: the system's theme is used.
	}
	var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
	document.documentElement.classList.toggle('dark', dark);
	var colour = document.querySelector('meta[name="theme-color"]');
	if (colour) colour.setAttribute('content', dark ? '#161615' : '#ffffff');
})();
