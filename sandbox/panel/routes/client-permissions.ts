/** What a subuser may be allowed, by group; the texts are shortened. */
const GROUPS: Record<string, [about: string, keys: string]> = {
  websocket: ['Watch the console and the usage figures live.', 'connect'],
  control: ['Start, stop and command the server.', 'console start stop restart'],
  user: ['Manage other subusers.', 'create read update delete'],
  file: ['Manage the files of the server.', 'create read read-content update delete archive sftp'],
  backup: ['Make and manage backups.', 'create read delete download restore'],
  allocation: ['Manage the ports of the server.', 'read create update delete'],
  startup: ['See and change how the server starts.', 'read update docker-image'],
  database: ['Manage the databases of the server.', 'create read update delete view_password'],
  schedule: ['Manage the schedules of the server.', 'create read update delete'],
  settings: ['Change the settings of the server.', 'rename reinstall'],
  activity: ['See what was done on the server.', 'read'],
}

export const PERMISSIONS = {
  object: 'system_permissions',
  attributes: {
    permissions: Object.fromEntries(
      Object.entries(GROUPS).map(([group, [description, keys]]) => [
        group,
        { description, keys: Object.fromEntries(keys.split(' ').map((key) => [key, `Allows a user ${group}.${key}.`])) },
      ]),
    ),
  },
}
