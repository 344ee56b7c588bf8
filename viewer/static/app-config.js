// The viewer's configuration, read at run time; docs/embedding.md lists the keys. Without any, the service that the page
// came from is asked. OHIF's shape, { servers: { dicomWeb: [{ wadoRoot: '...' }] } }, is understood as well.
window.config = {};
