using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

/// <summary>What a run's inbox has at one moment.</summary>
/// <param name="Places">The entries that were not taken, oldest first.</param>
/// <param name="Next">The number that the next entry is given.</param>
/// <param name="Taken">How many had been taken by then.</param>
/// <param name="Seen">The ids that it knows; theirs changes.</param>
internal readonly record struct InboxExtent(InboxPlace[] Places, long Next, int Taken, SeenIds? Seen);
