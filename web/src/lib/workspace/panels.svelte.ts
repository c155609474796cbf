// Which parts of the workspace are open: the sidebar, the settings and the search.
import { readLocal, writeLocal } from '$lib/browser/storage';

class Panels {
	/** The sidebar on wide windows; remembered. */
	sidebar = $state(readLocal('sidebar') !== 'closed');
	/** The sidebar that slides over the page on narrow windows. */
	drawer = $state(false);
	settings = $state(false);
	search = $state(false);

	toggleSidebar(): void {
		this.sidebar = !this.sidebar;
		writeLocal('sidebar', this.sidebar ? 'open' : 'closed');
	}
}

export const panels = new Panels();
