using System.Globalization;
using Cano.Kernel;

namespace Cano.Reliability.Signals;

/// <summary>What is known of one run from its store alone: rows that were tried and acknowledged, and entries
/// that its inbox showed. Whatever comes is held against what must be.</summary>
internal sealed class Account(string id)
{
    private readonly Lock _gate = new();
    private readonly List<CheckpointRow> _rows = [];
    private readonly SortedDictionary<long, InboxItem> _items = [];
    private HashSet<long> _lastRead = [];
    private HashSet<long> _before = [];
    private int _acknowledged;
    private string? _violation;

    public string? Violation
    {
        get
        {
            lock (_gate)
                return _violation;
        }
    }

    /// <summary>StartAsync was asked for it: it need not have begun with a signal.</summary>
    public bool MayBeginBare { get; set; }

    public bool IsThere
    {
        get
        {
            lock (_gate)
                return _rows.Count > 0;
        }
    }

    /// <summary>Its inbox takes nothing any more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _rows is [.., var last] && !InboxRule.IsOpen(last.Status);
        }
    }

    /// <summary>What was taken, in order.</summary>
    public Letter[] Taken
    {
        get
        {
            lock (_gate)
                return [.. TakenNumbers().Select(number => Letter.Of(_items[number]))];
        }
    }

    public int TimedOut { get; private set; }

    /// <summary>Letters that its inbox has shown, in the order in which they were accepted.</summary>
    public Letter[] Shown
    {
        get
        {
            lock (_gate)
                return [.. _items.Values.Where(IsSignal).Select(Letter.Of)];
        }
    }

    /// <summary>Somebody looks into the inbox.</summary>
    public void Read(IEnumerable<InboxItem> items)
    {
        lock (_gate)
        {
            _lastRead = [.. items.Select(item => item.Number)];
            foreach (var item in items)
            {
                if (_items.TryGetValue(item.Number, out var known))
                    Unless(known == item, $"entry {item.Number} was {known}, and is {item}");
                else if (IsSignal(item))
                    Unless(
                        !_items.Values.Any(other =>
                            IsSignal(other) && Letter.Of(other).Number == Letter.Of(item).Number
                        ),
                        $"letter {Letter.Of(item).Number} is in the inbox twice"
                    );
                _items[item.Number] = item;
            }
        }
    }

    /// <summary>A row is on its way.</summary>
    public void Try(CheckpointRow row)
    {
        lock (_gate)
        {
            if (row.Kind == RowKind.SignalTaken)
                CheckTaken(row);
            else if (row.Kind == RowKind.StateEntered && Waiting() is { } wait && row.State != wait.State)
                CheckTimeout(wait);
            _rows.Add(row);
        }
    }

    public void Acknowledge(CheckpointRow row)
    {
        lock (_gate)
            _acknowledged = (int)row.Sequence + 1;
    }

    /// <summary>A body has been called with what it takes.</summary>
    public void Call(Letter letter)
    {
        lock (_gate)
        {
            var last = TakenNumbers().LastOrDefault(-1);
            Unless(
                last >= 0 && Letter.Of(_items[last]).Number == letter.Number,
                $"a body has letter {letter.Number}, and entry {last} was taken"
            );
        }
    }

    /// <summary>From here on what is known came before.</summary>
    public void Begin()
    {
        lock (_gate)
            _before = [.. _items.Keys];
    }

    /// <summary>The process has died; what is found of it tells which rows are durable.</summary>
    /// <param name="last">The newest row; -1: there is none.</param>
    public void Recover(long last)
    {
        lock (_gate)
        {
            Unless(
                last >= _acknowledged - 1 && last < _rows.Count,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_acknowledged} rows were acknowledged, {_rows.Count} tried, and the newest is {last}"
                )
            );
            _rows.RemoveAll(row => row.Sequence > last);
            _acknowledged = _rows.Count;
            if (_rows.Count == 0)
                _items.Clear();
        }
    }

    /// <summary>Holds what lies in the inbox against what must.</summary>
    /// <param name="inbox">The inbox.</param>
    /// <param name="left">How many signals the store says were not taken.</param>
    /// <param name="sent">What was sent to the run.</param>
    public void Check(IReadOnlyList<InboxItem> inbox, int left, IEnumerable<Sending> sent)
    {
        Read(inbox);
        lock (_gate)
        {
            var lies = inbox.Where(IsSignal).Select(item => Letter.Of(item).Number).ToHashSet();
            var taken = TakenNumbers().Select(number => Letter.Of(_items[number]).Number).ToArray();
            Unless(!_lastRead.Overlaps(TakenNumbers()), "the inbox has what was taken");
            Unless(taken.Distinct().Count() == taken.Length, "a letter was taken twice");
            var accepted = sent.Where(one => one.Answer == Sending.Ok)
                .Select(one => one.Letter.Number)
                .ToHashSet();
            var isClosed = _rows is [.., var last] && !InboxRule.IsOpen(last.Status);
            Unless(
                isClosed || accepted.All(number => lies.Contains(number) || taken.Contains(number)),
                $"letters {string.Join(", ", accepted.Except(lies).Except(taken))} were accepted and are neither taken nor there"
            );
            Unless(!isClosed || inbox.Count == 0, "a closed inbox is not empty");
            accepted.UnionWith(_items.Values.Where(IsSignal).Select(item => Letter.Of(item).Number));
            var doubtful = sent.Where(one => one.Answer is null or Sending.InDoubt)
                .Select(one => one.Letter.Number)
                .Except(accepted)
                .Count();
            Unless(
                left >= accepted.Count - taken.Length && left <= accepted.Count - taken.Length + doubtful,
                $"{accepted.Count} letters were accepted, {doubtful} are in doubt, {taken.Length} taken, and {left} are left"
            );
            Unless(
                _rows.Count == 0 || MayBeginBare || accepted.Count > 0,
                "it is there without the signal that it began with"
            );
        }
    }

    private void CheckTaken(CheckpointRow row)
    {
        var number = InboxTaking.SignalOf(row);
        if (!_items.TryGetValue(number, out var item) || !IsSignal(item))
        {
            Unless(false, $"entry {number} was taken, which nobody has seen");
            return;
        }

        var taken = TakenNumbers().ToHashSet();
        Unless(!taken.Contains(number), $"entry {number} was taken twice");
        Unless(Mailing.Awaited(row.State!).Contains(item.Name), $"'{row.State}' took {item}");
        var older = _items.Values.FirstOrDefault(other =>
            IsSignal(other)
            && other.Number < number
            && !taken.Contains(other.Number)
            && Mailing.Awaited(row.State!).Contains(other.Name)
        );
        Unless(older is null, $"entry {number} was taken before {older?.Number}");
        Unless(
            Waiting() is not { Due: { } due } || item.AcceptedAt < due,
            $"entry {number} was late and was taken"
        );
    }

    /// <summary>The time of a wait is over: nothing lay there that came in time.</summary>
    private void CheckTimeout((string State, DateTimeOffset? Due) wait)
    {
        TimedOut++;
        var taken = TakenNumbers().ToHashSet();
        var inTime = _items.Values.FirstOrDefault(item =>
            IsSignal(item)
            && !taken.Contains(item.Number)
            && (_lastRead.Contains(item.Number) || _before.Contains(item.Number))
            && Mailing.Awaited(wait.State).Contains(item.Name)
            && (wait.Due is null || item.AcceptedAt < wait.Due)
        );
        Unless(inTime is null, $"'{wait.State}' is over, and entry {inTime?.Number} had come in time");
    }

    private (string State, DateTimeOffset? Due)? Waiting() =>
        _rows.FindLast(row => row.Kind != RowKind.Snapshot) is { Kind: RowKind.WaitStarted } row
            ? (row.State!, row.WakesAt)
            : null;

    private IEnumerable<long> TakenNumbers() =>
        _rows.Where(row => row.Kind == RowKind.SignalTaken).Select(InboxTaking.SignalOf);

    private static bool IsSignal(InboxItem item) => item.Kind == InboxKind.Signal;

    private void Unless(bool holds, string what)
    {
        if (!holds)
            _violation ??= $"{id}: {what}";
    }
}
