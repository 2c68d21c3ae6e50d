using Cano.Kernel;

namespace Cano.Reliability.Families;

/// <summary>What must hold of the rows of one run, and of the children that they tell of.</summary>
/// <param name="kin">The run.</param>
/// <param name="shapes">The children of its states.</param>
/// <param name="ofId">All runs that had an id.</param>
/// <param name="hasTotal">Its own time may be up, which no row says.</param>
internal sealed class ParentLaws(
    Kin kin,
    Func<Kin, string, Shape?> shapes,
    ILookup<string, Kin> ofId,
    bool hasTotal
)
{
    private readonly List<Span> _spans = [];
    private Fan? _fan;
    private bool _isCancelled;

    /// <summary>Every child that was started.</summary>
    public IReadOnlyList<Span> Spans => _spans;

    /// <summary>The children of the newest visit; null when it has none.</summary>
    public Fan? Fan => _fan;

    /// <exception cref="Broken">They do not hold.</exception>
    public void Check()
    {
        KinRow? before = null;
        foreach (var row in kin.Rows)
        {
            if (before is { IsEnd: true })
                Unless(IsRetry(before, row), row, "follows an end");
            CheckForward(row);
            CheckFan(row, isRetry: before is { IsEnd: true });
            if (row.Stored.Kind != RowKind.Snapshot)
                before = row;
        }

        CheckUndone();
    }

    private void CheckForward(KinRow row)
    {
        if (_isCancelled)
            Unless(
                row.Stored.Kind
                    is not (
                        RowKind.StateEntered
                        or RowKind.SignalTaken
                        or RowKind.ChildStarted
                        or RowKind.BranchesListed
                        or RowKind.Finished
                        or RowKind.Failed
                    ),
                row,
                "goes forward after a cancel"
            );
        if (_isCancelled && row.IsEnd)
            Unless(
                row.Stored.Status is RowStatus.Cancelled or RowStatus.RollbackFailed,
                row,
                "is no end of a run that was cancelled"
            );
        _isCancelled |= row.Fact.IsCancelRequested;
    }

    private void CheckFan(KinRow row, bool isRetry)
    {
        switch (row.Fact)
        {
            case Fact.Snapshot:
                return;
            case Fact.BranchesListed listed:
                if (_fan?.Visit == row.Stored.Visit)
                {
                    Unless(_fan.ListAgain(listed.Item), row, "lists its children twice");
                    return;
                }

                _fan = new(ShapeOf(row), row.Stored.Visit, listed.Item);
                return;
            case Fact.ChildStarted started:
                Started(row, started.Item);
                return;
            case Fact.ChildEnded ended:
                Ended(row, ended.Item);
                return;
            case Fact.StateEntered when isRetry && _fan?.Visit == row.Stored.Visit:
                _fan.Retry();
                return;
            case Fact.CancelRequested:
                return;
        }

        if (_fan is null)
            return;
        var left = _fan.UnderWay.FirstOrDefault();
        Unless(left is null, row, $"comes while '{left?.Start.RunId}' is under way");
        if (row.Stored.Visit == _fan.Visit)
            return;
        Unless(_fan.Judge(row.Stored.WrittenAt) == true, row, "comes before its children are joined");
        _fan = null;
    }

    private void Started(KinRow row, ChildStart child)
    {
        if (_fan?.Visit != row.Stored.Visit)
            _fan = new(ShapeOf(row), row.Stored.Visit, null);
        var shape = _fan.Shape;
        Unless(
            child.RunId == $"{kin.Id}/{row.Stored.Visit}{shape.SuffixOf(child.Index)}",
            row,
            "names another child"
        );
        Unless(child.Index < _fan.Total, row, "is one too many");
        Unless(_fan.Find(child.Index) is null, row, "starts a child twice");
        Unless(_fan.Judge(null) is null, row, "comes after the join");
        Unless(
            shape.Kind == ShapeKind.One
                || shape.Config.Bulkhead is not { } most
                || _fan.UnderWay.Count() < most,
            row,
            "is one too many at once"
        );
        _spans.Add(_fan.Begin(child, row));
    }

    private void Ended(KinRow row, ChildEnding ending)
    {
        var span = _fan?.Visit == row.Stored.Visit ? _fan.Find(ending.Index) : null;
        Unless(span is { To: null }, row, "ends what is not under way");
        Unless(ending.RunId == span!.Start.RunId, row, "ends another");
        (span.Ending, span.To) = (ending, row);
        if (ending.Sequence < 0)
        {
            Unless(ChildrenOf(span, row).Length == 0, row, "says that a child is none");
            return;
        }

        var child = ChildrenOf(span, row).LastOrDefault();
        var said = child?.Rows.ElementAtOrDefault((int)ending.Sequence);
        Unless(
            said is { IsEnd: true } && said.At < row.At,
            row,
            $"says what no row of its child does: {child}"
        );
        var isDone = said!.Stored.Status == RowStatus.Completed;
        var output = child!
            .Rows.Take((int)ending.Sequence + 1)
            .LastOrDefault(one => one.Stored.Output is not null)
            ?.Stored.Output;
        Unless(ending.Status == said.Stored.Status, row, "says another status");
        Unless(ending.Exit == (isDone ? said.Stored.State : null), row, "says another exit");
        Unless(Equals(ending.Output, isDone ? output : null), row, "says another output");
        Unless($"{ending.Error}" == $"{said.Error}", row, $"says another error than {said.Error}");
        var isNewer = ending.Sequence > span.After || child.Rows[0].At > span.From.At;
        Unless(isNewer || IsRecalled(span, child, row), row, "says an end that was taken back");
    }

    /// <summary>A retry took the child's end back, and nobody needs it any more before it has gone on: that
    /// end stands.</summary>
    private bool IsRecalled(Span span, Kin child, KinRow row)
    {
        var hasGoneOn = child.Rows.Exists(later =>
            later.Stored.Sequence > span.Ending!.Sequence && later.At < row.At
        );
        span.To = null;
        var isDecided = _fan!.Judge(row.Stored.WrittenAt) is not null;
        span.To = row;
        return !hasGoneOn && (isDecided || _isCancelled || hasTotal || HasImposter());
    }

    /// <summary>A run that is no child of this one has the id of one: the parent fails by it.</summary>
    private bool HasImposter() =>
        _spans.Exists(span =>
            ofId[span.Start.RunId].Any(run => run.Parent?.RunId != kin.Id || run.Parent.Key != kin.Start.Key)
        );

    /// <summary>The runs that are the child, of which all but the newest were forgotten.</summary>
    private Kin[] ChildrenOf(Span span, KinRow until) =>
        [
            .. ofId[span.Start.RunId]
                .Where(child =>
                    child.Parent is { } parent
                    && parent.RunId == kin.Id
                    && parent.Key == kin.Start.Key
                    && child.Rows[0].At < until.At
                ),
        ];

    private void CheckUndone()
    {
        var done = kin.Rows.Count(row => row.Stored.Kind == RowKind.StepCompleted);
        var undone = kin.Rows.Count(row => row.Fact is Fact.Compensated { fault: null });
        Unless(undone <= done, kin.Rows[^1], $"undoes {undone} steps of {done}");
        if (kin.Newest.Stored.Status is RowStatus.Cancelled or RowStatus.RolledBack)
            Unless(undone == done, kin.Newest, $"ends with {undone} of {done} steps undone");
    }

    private static bool IsRetry(KinRow end, KinRow row) =>
        row.Stored.Kind switch
        {
            RowKind.Snapshot => true,
            RowKind.StateEntered => end.Stored.Kind == RowKind.Failed && row.Stored.Visit == end.Stored.Visit,
            RowKind.RollbackStarted => end.Stored.Status == RowStatus.RollbackFailed,
            _ => false,
        };

    private Shape ShapeOf(KinRow row)
    {
        var shape = shapes(kin, row.Stored.State);
        Unless(shape is not null, row, "is of a state without children");
        return shape!;
    }

    private void Unless(bool holds, KinRow row, string what)
    {
        if (!holds)
            throw new Broken($"{kin.Id}: {row} {what}");
    }
}
