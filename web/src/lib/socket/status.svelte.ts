// Whether the live connection is away for so long that people should know.
import { connection } from './connection';

// A short interruption, such as that of a server that restarts behind a balancer, is nobody's business.
const PATIENCE = 3000;

let away = $state(false);
let timer: ReturnType<typeof setTimeout> | undefined;

connection.on('disconnect', () => {
	clearTimeout(timer);
	timer = setTimeout(() => (away = !connection.connected), PATIENCE);
});
connection.on('connect', () => {
	clearTimeout(timer);
	away = false;
});

export const liveConnection = {
	get away(): boolean {
		return away;
	}
};
