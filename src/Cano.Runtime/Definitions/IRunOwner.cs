namespace Cano.Runtime.Definitions;

/// <summary>Whose the runs of a workflow value are that is asked to run itself: a host's, whose engine has
/// them.</summary>
internal interface IRunOwner<TState>
    where TState : notnull
{
    /// <summary>Begins a run and gives its exit.</summary>
    /// <param name="asked">The value that was asked; a changed copy has the same owner.</param>
    /// <param name="initial">Where the run starts.</param>
    /// <param name="runId">The run's id; null for a drawn one.</param>
    /// <param name="cancel">Cancels the run.</param>
    Task<TState> StartAsync(
        WorkflowSetup<TState> asked,
        TState initial,
        string? runId,
        CancellationToken cancel
    );

    /// <summary>Goes on with a run and gives its exit.</summary>
    /// <inheritdoc cref="StartAsync"/>
    Task<TState> ResumeAsync(WorkflowSetup<TState> asked, string runId, CancellationToken cancel);
}
