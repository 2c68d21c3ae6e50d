namespace Cano.Runtime.Observation;

/// <summary>Hears of a run what observers do, and more closely what takes time in it.</summary>
internal interface IRunListener : IWorkflowObserver
{
    /// <summary>An attempt of a state's task begins; of a stepped or stream state one of its steps.</summary>
    void OnAttemptStart(RunPoint at) { }

    /// <summary>The attempt is over.</summary>
    /// <param name="at">As at its start.</param>
    /// <param name="error">Why it failed; null when it did not.</param>
    void OnAttemptEnd(RunPoint at, CanoError? error) { }

    /// <summary>A branch of a split begins.</summary>
    void OnBranchStart(RunPoint at, int index) { }

    /// <summary>A branch has ended.</summary>
    void OnBranchEnd(RunPoint at, int index, BranchEnd how, CanoError? error) { }

    /// <summary>The wait that was told last is over.</summary>
    void OnWaitEnd(RunPoint at) { }

    /// <summary>The run goes forward no more; what is to be undone follows, then its end.</summary>
    void OnFailing(RunPoint at, CanoError error) { }

    /// <summary>A row is handed to the store; OnCheckpoint follows when it has it.</summary>
    void OnAppend(RunPoint at) { }
}

/// <summary>How a branch ended.</summary>
internal enum BranchEnd
{
    Succeeded,
    Failed,

    /// <summary>The join was decided without it.</summary>
    NotNeeded,
}
