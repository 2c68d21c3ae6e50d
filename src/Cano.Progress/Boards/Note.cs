namespace Cano.Progress.Boards;

/// <summary>Something to be told once.</summary>
/// <param name="RunId">Of which run.</param>
/// <param name="How">What became of it.</param>
/// <param name="Mark">Whether that is good.</param>
internal sealed record Note(string RunId, string How, NoteMark Mark)
{
    public bool IsFailure => Mark == NoteMark.Bad;
}

/// <summary>Whether what became of a run is good.</summary>
internal enum NoteMark
{
    Begun,

    Good,

    /// <summary>It is gone on with later.</summary>
    Rests,

    Bad,
}
