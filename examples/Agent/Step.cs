namespace Cano.Examples.Agent;

/// <summary>Where a task is.</summary>
/// <remarks>The stored names are what journals hold, and what the prompt shows.</remarks>
public enum Step
{
    [StoredAs("plan")]
    Plan,

    [StoredAs("think")]
    Think,

    [StoredAs("ask")]
    Ask,

    [StoredAs("use")]
    Use,

    [StoredAs("answered")]
    Answered,

    [StoredAs("gave-up")]
    GaveUp,
}
