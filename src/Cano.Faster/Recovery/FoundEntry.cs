using Cano.Faster.Indexes;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Recovery;

/// <summary>A sound entry of an inbox that the recovery scan found.</summary>
/// <param name="Place">What it is and where it lies.</param>
/// <param name="Id">The hash of its id; null without one.</param>
internal readonly record struct FoundEntry(InboxPlace Place, UInt128? Id);

/// <summary>The end of a copied inbox.</summary>
/// <param name="Next">The number that the next entry is given.</param>
/// <param name="Seen">The ids that it knows; null for none.</param>
/// <param name="Span">Where all of it lies.</param>
internal sealed record FoundInboxEnd(long Next, SeenIds? Seen, Frames.LogSpan Span);
