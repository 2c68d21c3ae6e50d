namespace Cano.Faster.Indexes;

/// <summary>Where the rows of a run are at one moment.</summary>
/// <param name="Run">The run.</param>
/// <param name="First">The sequence of the first row.</param>
/// <param name="Addresses">The log address of each row.</param>
/// <param name="Moved">How often rows had been taken away or moved by then.</param>
internal readonly record struct RunExtent(RunEntry Run, long First, long[] Addresses, int Moved);
