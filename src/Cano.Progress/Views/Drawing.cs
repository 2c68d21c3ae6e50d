using Cano.Progress.Boards;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cano.Progress.Views;

/// <summary>The parts of a picture at one moment.</summary>
/// <param name="isUnicode">Whether the console shows more than ASCII.</param>
/// <param name="frame">Which picture it is: what is under way turns with it.</param>
/// <param name="now">The timestamp of the clock.</param>
/// <param name="time">The clock.</param>
internal sealed class Drawing(bool isUnicode, int frame, long now, TimeProvider time)
{
    private const int BarWidth = 24;

    private static readonly Style s_quiet = new(Color.Grey);
    private static readonly Style s_plain = Style.Plain;
    private static readonly Style s_good = new(Color.Green);
    private static readonly Style s_bad = new(Color.Red);
    private static readonly Style s_moving = new(Color.Yellow);

    private static readonly Dictionary<bool, string> s_turns = new()
    {
        [true] = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏",
        [false] = "-\\|/",
    };

    public IRenderable Note(Note note) =>
        Beside(Mark(note), new Text(Wording.Note(note), note.IsFailure ? s_bad : s_plain));

    /// <summary>A run, and the states that it has been in.</summary>
    public IRenderable States(RunView run)
    {
        var told = Wording.Plain(run.End?.How ?? run.Doing ?? "");
        var header = Beside(
            run.End is { } end ? Mark(end) : Turning(),
            new Text(Wording.Plain(run.Id)),
            Spent(time.GetElapsedTime(run.Begun, run.EndedAt ?? now)),
            new Text(told, run.End is { IsFailure: true } ? s_bad : s_plain)
        );
        var grid = Table(6);
        foreach (var state in run.States)
            grid.AddRow(
                new Text(""),
                Marked(run, state),
                new Text(state.Visits > 1 ? $"{(isUnicode ? '×' : 'x')}{state.Visits}" : "", s_quiet),
                Spent(time.GetElapsedTime(0, state.Spent(now))),
                Bar(state.Items),
                new Text(Wording.State(state, now, time))
            );
        return new Rows(header, grid);
    }

    /// <summary>How many there are, and the first of them.</summary>
    public IRenderable Runs(BoardSight board, int max)
    {
        var grid = Table(4);
        var underWay = board.Runs.Where(run => run.End is null).ToList();
        foreach (var run in underWay.Take(max))
            grid.AddRow(
                Turning(),
                new Text(Wording.Plain(run.Id)),
                Spent(time.GetElapsedTime(run.Begun, now)),
                new Text(Wording.Run(run, now, time))
            );
        var more = underWay.Count > max ? $"; the first {max}:" : "";
        return new Rows(new Text($"{Wording.Total(board)}{more}", s_quiet), grid);
    }

    private static Grid Table(int columns)
    {
        var grid = new Grid { Expand = false };
        for (var column = 0; column < columns; column++)
            grid.AddColumn(
                new GridColumn { NoWrap = column < columns - 1, Padding = new Padding(0, 0, 1, 0) }
            );
        return grid;
    }

    private Columns Marked(RunView run, StateView state)
    {
        var mark =
            state != run.Current ? Done()
            : run.End is { } end ? Mark(end)
            : Turning();
        return Beside(mark, new Text(Wording.Plain(state.Name)));
    }

    private static Columns Beside(params IEnumerable<IRenderable> parts) =>
        new(parts) { Expand = false, Padding = new Padding(0, 0, 1, 0) };

    private static Text Spent(TimeSpan span) =>
        new(Wording.Span(span), s_quiet) { Justification = Justify.Right };

    private Text Mark(Note end) =>
        end.Mark switch
        {
            NoteMark.Bad => new(isUnicode ? "✗" : "!", s_bad),
            NoteMark.Good => Done(),
            _ => new(isUnicode ? "…" : ".", s_moving),
        };

    private Text Done() => new(isUnicode ? "✓" : "+", s_good);

    private Text Turning()
    {
        var turns = s_turns[isUnicode];
        return new(turns[frame % turns.Length].ToString(), s_moving);
    }

    /// <summary>How much of what is known to be there is done.</summary>
    private IRenderable Bar(ItemCount items)
    {
        if (
            items.Sum is not { } sum
            || Wording.Total(sum) is not (> 0 and < double.PositiveInfinity and var total)
        )
            return new Text("");
        var full = (int)(BarWidth * Math.Clamp(sum.Done / total, 0, 1));
        var (done, open) = isUnicode ? ('━', '━') : ('#', '-');
        return new Paragraph(new string(done, full), s_good).Append(
            new string(open, BarWidth - full),
            s_quiet
        );
    }
}
