using Cano.Runtime.Scope;

namespace Cano.CSharp.Engine;

/// <summary>A run that somebody wants started.</summary>
/// <param name="Workflow">The value that was added.</param>
/// <param name="Initial">Where it begins.</param>
/// <param name="RunId">Its id.</param>
/// <param name="Input">What it is given; null for nothing.</param>
/// <param name="Options">Null for none.</param>
internal readonly record struct WantedRun<TState>(
    Workflow<TState> Workflow,
    TState Initial,
    string RunId,
    GivenInput? Input,
    StartOptions? Options
)
    where TState : notnull
{
    /// <summary>Done when the run's first row is durable, before it goes on; null for nothing.</summary>
    public Action? WhenBegun { get; init; }

    /// <summary>The same, when nothing is missing.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public WantedRun<TState> Checked
    {
        get
        {
            ArgumentNullException.ThrowIfNull(Workflow);
            ArgumentNullException.ThrowIfNull(Initial);
            ArgumentException.ThrowIfNullOrEmpty(RunId);
            return this;
        }
    }
}
