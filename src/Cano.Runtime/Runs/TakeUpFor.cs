namespace Cano.Runtime.Runs;

/// <summary>Why somebody goes on with a run that is there.</summary>
internal enum TakeUpFor
{
    /// <summary>It was asked for by its id: it goes on, also after it has failed.</summary>
    Itself,

    /// <summary>It was found among the unfinished a while ago: one that has ended since is left
    /// alone.</summary>
    Unfinished,

    /// <summary>It goes on although it had failed, or could not be undone.</summary>
    Retry,

    /// <summary>A request to stop lies in its inbox. When that was taken meanwhile it is left
    /// alone.</summary>
    Cancel,

    /// <summary>The node that worked on it is dead. When another has taken it up since it is left
    /// alone.</summary>
    Orphan,
}
