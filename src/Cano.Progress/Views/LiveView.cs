using Cano.Progress.Boards;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cano.Progress.Views;

/// <summary>A picture that is drawn over itself: one run with its states, or several, a line each.</summary>
internal sealed class LiveView(IAnsiConsole console) : IView
{
    private const int RunsMax = 10;

    private int _drawn;
    private int _frame;

    /// <summary>So many lines: the upper part of what is higher could not be erased.</summary>
    private int Room => Math.Max(1, console.Profile.Height - 1);

    public TimeSpan Pace { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the console is a terminal that can move its cursor.</summary>
    public static bool IsPossible(IAnsiConsole console) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;

    public Action Compose(BoardSight board, long now, TimeProvider time)
    {
        var drawing = new Drawing(console.Profile.Capabilities.Unicode, _frame++, now, time);
        // What went wrong stays to be read, above; of one run the picture itself says it.
        var notes = board.IsOne
            ? []
            : board.Notes.Where(note => note.IsFailure).Select(drawing.Note).ToList();
        var picture = board.IsOne
            ? drawing.States(board.Runs[0])
            : drawing.Runs(board, Math.Clamp(Room - 1, 1, RunsMax));
        var isOver = board.IsOver;
        return () => Draw(notes, picture, isOver);
    }

    private void Draw(IReadOnlyList<IRenderable> notes, IRenderable picture, bool isOver)
    {
        var height = isOver ? int.MaxValue : Room;
        var lines = Lines(picture).Take(height).ToList();
        console.Write(new Redrawn(_drawn, [.. notes.SelectMany(Lines), .. lines]));
        _drawn = isOver ? 0 : lines.Count;
    }

    private List<SegmentLine> Lines(IRenderable of)
    {
        var options = RenderOptions.Create(console, console.Profile.Capabilities);
        return Segment.SplitLines(of.Render(options, console.Profile.Width), console.Profile.Width, null);
    }
}
