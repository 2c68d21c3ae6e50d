using Cano.Progress.Boards;

namespace Cano.Progress.Views;

/// <summary>A way to show a board.</summary>
internal interface IView
{
    /// <summary>How often it wants to be shown anew.</summary>
    TimeSpan Pace { get; }

    /// <summary>Composes what is to be written; called while the board stands still.</summary>
    /// <param name="board">What is seen.</param>
    /// <param name="now">The timestamp of the clock.</param>
    /// <param name="time">The clock.</param>
    /// <returns>What writes it; called when the board goes on.</returns>
    Action Compose(BoardSight board, long now, TimeProvider time);
}
