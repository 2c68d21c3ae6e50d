namespace Cano.Integration;

/// <summary>The states of most tests; `End` and `Stop` are exits, `Lost` is never registered.</summary>
public enum Stage
{
    Start,
    Work,
    Next,
    Last,
    End,
    Stop,
    Lost,
}
