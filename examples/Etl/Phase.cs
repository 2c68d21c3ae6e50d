namespace Cano.Examples.Etl;

/// <summary>The states of the import.</summary>
public enum Phase
{
    [StoredAs("fetch")]
    Fetch,

    [StoredAs("clean")]
    Clean,

    [StoredAs("load")]
    Load,

    [StoredAs("done")]
    Done,
}
