namespace Cano.Runtime.Scope;

/// <summary>A clock that moves when nothing works any more: the seam at which it learns of work under
/// way.</summary>
internal interface IDrivenTime
{
    /// <summary>Where work beside a run's loop is started.</summary>
    Dispatcher Dispatcher { get; }

    /// <summary>Stands around the calls of the user's code.</summary>
    IUserCalls Calls { get; }

    /// <summary>The same clock for what goes on beside runs: it fires when the clock comes by, and moves it
    /// never.</summary>
    TimeProvider Background { get; }

    /// <summary>Opens a store, whose calls are work too.</summary>
    ValueTask<ICheckpointStore> OpenAsync(Func<Task<ICheckpointStore>> open);
}
