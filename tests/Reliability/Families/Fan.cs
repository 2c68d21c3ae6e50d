using Cano.Kernel;

namespace Cano.Reliability.Families;

/// <summary>From the row that a child was started with to the one that says its end.</summary>
internal sealed class Span(ChildStart start, StoredValue? input, KinRow from, long after)
{
    public ChildStart Start => start;

    /// <summary>What the child is given.</summary>
    public StoredValue? Input => input;

    public KinRow From => from;

    /// <summary>The end comes after this row of the child's, whose end a retry took back.</summary>
    public long After => after;

    public ChildEnding? Ending { get; set; }

    /// <summary>The row that says its end; null: it has not come.</summary>
    public KinRow? To { get; set; }

    /// <summary>A retry took its end back.</summary>
    public bool IsTakenBack { get; set; }
}

/// <summary>The children of a visit, as the rows of the parent tell of them.</summary>
/// <param name="shape">What they are by the workflow.</param>
/// <param name="visit">The visit.</param>
/// <param name="listing">What they are given; null of an only child.</param>
internal sealed class Fan(Shape shape, long visit, Listing? listing)
{
    private readonly List<Span> _spans = [];
    private Listing? _listing = listing;
    private bool _isRetried;

    public Shape Shape => shape;

    public long Visit => visit;

    public int Total => _listing?.Items.Length ?? 1;

    public IEnumerable<Span> UnderWay => _spans.Where(span => span.To is null);

    private IEnumerable<Span> Standing => _spans.Where(span => !span.IsTakenBack);

    public bool IsLate(DateTimeOffset? now) => _listing?.Due is { } due && now >= due;

    /// <summary>Whether the join is met; null: it is open.</summary>
    public bool? Judge(DateTimeOffset? now)
    {
        var (succeeded, failed) = (0, 0);
        // Those behind the one that decides it do not count.
        foreach (var span in Standing.Where(span => span.To is not null).OrderBy(span => span.To!.At))
        {
            if (shape.Judge(Total, succeeded, failed, isLate: false) is { } early)
                return early;
            _ = span.Ending!.Status == RowStatus.Completed ? succeeded++ : failed++;
        }

        var verdict = shape.Judge(Total, succeeded, failed, IsLate(now));
        return verdict == true && HasDeadline && Total > 0 && !HasOwnEnd ? false : verdict;
    }

    private bool HasDeadline => shape.Kind != ShapeKind.One && shape.Join == JoinKind.Deadline;

    /// <summary>Whether a child has ended that was not only cancelled: others meet no deadline.</summary>
    private bool HasOwnEnd =>
        Standing.Any(span => span.To is not null && span.Ending!.Status != RowStatus.Cancelled);

    public Span? Find(int index) => Standing.FirstOrDefault(span => span.Start.Index == index);

    public Span Begin(ChildStart start, KinRow row)
    {
        var input = _listing is null ? start.Input : _listing.Items.ElementAtOrDefault(start.Index);
        var before = _spans.FindLast(span => span.Start.Index == start.Index);
        var span = new Span(start, input, row, before?.Ending?.Sequence ?? -1);
        _spans.Add(span);
        return span;
    }

    /// <summary>A retry has given the children their time anew; whether it may, and they are the
    /// same.</summary>
    public bool ListAgain(Listing again)
    {
        if (!_isRetried || _listing is not { Due: { } due } before || !(again.Due >= due))
            return false;
        (_listing, _isRetried) = (again, false);
        return before.Items.AsEnumerable().SequenceEqual(again.Items);
    }

    /// <summary>The parent is retried: so is each child that failed.</summary>
    public void Retry()
    {
        _isRetried = true;
        foreach (var span in Standing.ToArray())
            span.IsTakenBack = span.Ending?.Status is RowStatus.Failed or RowStatus.RollbackFailed;
    }
}
