using System.Runtime.CompilerServices;

// The journal's tests put failing disks beneath it and read its superblocks.
[assembly: InternalsVisibleTo("Cano.Integration")]
[assembly: InternalsVisibleTo("Cano.Reliability")]
