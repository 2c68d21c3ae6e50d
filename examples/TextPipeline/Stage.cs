namespace Cano.Examples.TextPipeline;

/// <summary>The states of the pipeline.</summary>
/// <remarks>The stored names are what journals hold: renaming a member strands no run.</remarks>
public enum Stage
{
    [StoredAs("list")]
    List,

    [StoredAs("count-round")]
    CountRound,

    [StoredAs("advance")]
    Advance,

    [StoredAs("report")]
    Report,

    [StoredAs("done")]
    Done,
}
