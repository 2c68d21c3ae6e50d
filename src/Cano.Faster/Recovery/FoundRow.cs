using Cano.Faster.Frames;
using Cano.Faster.Indexes;

namespace Cano.Faster.Recovery;

/// <summary>A sound row that the recovery scan found.</summary>
/// <param name="Facts">What it says.</param>
/// <param name="Fence">The fence it was written under.</param>
/// <param name="Span">Where all of it lies.</param>
/// <param name="Inbox">How many entries the run's inbox had been given, modulo 65,536.</param>
internal readonly record struct FoundRow(RowFacts Facts, long Fence, LogSpan Span, ushort Inbox = 0);
