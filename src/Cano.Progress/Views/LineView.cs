using Cano.Progress.Boards;
using Spectre.Console;

namespace Cano.Progress.Views;

/// <summary>Lines, for a file or another program: begin and end of a run at once, and between them how far it
/// is. The longer it takes, the rarer they are.</summary>
internal sealed class LineView(IAnsiConsole console) : IView
{
    private static readonly TimeSpan s_restMax = TimeSpan.FromMinutes(1);

    private string? _told;
    private long _toldAt;
    private long _begun;

    public TimeSpan Pace { get; } = TimeSpan.FromSeconds(1);

    public Action Compose(BoardSight board, long now, TimeProvider time)
    {
        var lines = new List<string>(
            board.Notes.Where(note => note.IsFailure || board.IsOne).Select(Wording.Note)
        );
        if (_told is null)
            (_told, _toldAt, _begun) = ("", now, now);
        if (board.IsOver && !board.IsOne)
            lines.Add(Wording.Total(board));
        else if (!board.IsOver && time.GetElapsedTime(_toldAt, now) >= Rest(time.GetElapsedTime(_begun, now)))
            Tell(board, now, time, lines);
        if (board.IsOver)
            _told = null;
        return () =>
        {
            foreach (var line in lines)
                console.Profile.Out.Writer.WriteLine(line);
            console.Profile.Out.Writer.Flush();
        };
    }

    private void Tell(BoardSight board, long now, TimeProvider time, List<string> lines)
    {
        var line = board.IsOne
            ? $"{Wording.Plain(board.Runs[0].Id)}: {Wording.Run(board.Runs[0], now, time)}"
            : Wording.Total(board);
        if (line != _told)
            lines.Add(line);
        (_told, _toldAt) = (line, now);
    }

    /// <summary>A second, then a tenth of the time that is gone, at most a minute.</summary>
    private TimeSpan Rest(TimeSpan gone) =>
        gone / 10 is var tenth && tenth < Pace ? Pace
        : tenth > s_restMax ? s_restMax
        : tenth;
}
