using Cano.Runtime.StoredRuns;

namespace Cano.Integration.Stores;

/// <summary>A random history of a few runs, told to a store and to the model at once.</summary>
/// <param name="seed">Which one.</param>
internal sealed class ListHistory(int seed)
{
    // One is a watermark's, and one only looks like it.
    private static readonly string[] s_ids =
    [
        "a",
        "b",
        "B",
        "ab",
        "ä",
        "a/1",
        ListModel.Watermark,
        "a/2026-01-01T00:00:00.0000000Z/watermark",
    ];

    private static readonly (RowKind, RowStatus)[] s_kinds =
    [
        (RowKind.StateEntered, RowStatus.OnItsWay),
        (RowKind.StateEntered, RowStatus.OnItsWay),
        (RowKind.CursorAdvanced, RowStatus.OnItsWay),
        (RowKind.WaitStarted, RowStatus.Waiting),
        (RowKind.RollbackStarted, RowStatus.RollingBack),
        (RowKind.Finished, RowStatus.Completed),
        (RowKind.Failed, RowStatus.Failed),
        (RowKind.RollbackFinished, RowStatus.RolledBack),
        (RowKind.RollbackFinished, RowStatus.Cancelled),
        (RowKind.RollbackFinished, RowStatus.RollbackFailed),
        (RowKind.Snapshot, RowStatus.OnItsWay),
    ];

    private readonly Random _random = new(seed);
    private readonly ListModel _model = new();
    private readonly Dictionary<string, long> _fences = [];
    private int _told;

    /// <summary>Goes on with some steps, after each of which the lists are compared.</summary>
    public async Task GoOnAsync(ICheckpointStore store, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var id = Any(s_ids);
            switch (_random.Next(8))
            {
                case < 4:
                    await AppendAsync(store, id);
                    break;
                case < 6:
                    _fences[id] = await store.ClaimAsync(id, "someone");
                    _model.Claim(id);
                    break;
                case 6 when _model.Ids.Contains(id):
                    await ReleaseAsync(store, id);
                    break;
                default:
                    await store.ClearAsync(id);
                    _model.Clear(id);
                    _fences.Remove(id);
                    break;
            }

            await CompareAsync(store, RunFilter.All, step);
            await CompareAsync(store, AnyFilter(), step);
            Assert.Equal(_model.Find(id), await StoreListing.FindAsync(store, id));
        }
    }

    /// <summary>The store was closed and opened again.</summary>
    public async Task ReopenedAsync(ICheckpointStore store)
    {
        _model.Reopen();
        await CompareAsync(store, RunFilter.All, -1);
    }

    private async Task AppendAsync(ICheckpointStore store, string id)
    {
        var row = Next(id);
        if (row.Sequence > 0)
            await store.AppendAsync(id, row, _fences[id]);
        else if (_fences.TryGetValue(id, out var claimed))
            await store.AppendAsync(id, row, claimed);
        else
            _fences[id] = await store.BeginAsync(id, row);
        _model.Take(id, row);
    }

    private async Task ReleaseAsync(ICheckpointStore store, string id)
    {
        if (_random.Next(3) == 0)
        {
            // Somebody who was taken over.
            await store.ReleaseAsync(id, _fences[id] - 1);
            return;
        }

        await store.ReleaseAsync(id, _fences[id]);
        _model.Release(id);
    }

    private CheckpointRow Next(string id)
    {
        var newest = _model.NewestOf(id);
        var (kind, status) = Any(s_kinds);
        return new CheckpointRow
        {
            Sequence = newest is null ? 0 : newest.Sequence + 1,
            Kind = kind,
            Status = status,
            WrittenAt = Rows.MadeAt(_told++),
            WakesAt = status == RowStatus.Waiting ? Rows.MadeAt(_random.Next(1000)) : null,
            Category = status is RowStatus.Failed or RowStatus.RollbackFailed ? "timeout" : null,
            Start =
                newest is null ? AnyStart()
                : kind == RowKind.Snapshot ? _model.StartOf(id)
                : null,
            WorkflowVersion = (uint)_random.Next(2),
            Visit = (newest?.Visit ?? 0) + _random.Next(2),
            State = Any("Pay", "Ship"),
            Payload = new byte[] { 1 },
        };
    }

    private RunStart? AnyStart() =>
        // As rows of format 1 have it.
        _random.Next(5) == 0
            ? null
            : new RunStart(
                Any("orders", "refunds"),
                "Pay",
                Rows.MadeAt(_random.Next(4)),
                null,
                null,
                _random.Next(2) == 0 ? null : new RunParent(Any(s_ids), "key"),
                _random.Next(2) == 0
                    ? []
                    : [KeyValuePair.Create("one", Any("1", "2")), KeyValuePair.Create("two", Any("1", "2"))],
                null,
                null
            );

    private RunFilter AnyFilter()
    {
        var listed = _model.List(RunFilter.All);
        return new RunFilter
        {
            WorkflowName = Maybe(Any("orders", "refunds")),
            WorkflowVersion = _random.Next(8) == 0 ? 1 : null,
            Statuses =
                _random.Next(4) == 0
                    ? [.. Enum.GetValues<RunStatus>().Where(_ => _random.Next(2) == 0)]
                    : null,
            State = Maybe("Pay"),
            IdPrefix = Maybe("a"),
            ParentRunId = Maybe(Any(s_ids)),
            Tags = _random.Next(8) == 0 ? new Dictionary<string, string> { ["two"] = "1" } : null,
            StartedAfter = _random.Next(8) == 0 ? Rows.MadeAt(_random.Next(4)) : null,
            StartedBefore = _random.Next(8) == 0 ? Rows.MadeAt(_random.Next(4)) : null,
            After = listed.Count > 0 && _random.Next(4) == 0 ? Any([.. listed]) : null,
            Limit = _random.Next(4) == 0 ? _random.Next(4) : null,
        };
    }

    private async Task CompareAsync(ICheckpointStore store, RunFilter filter, int step)
    {
        var expected = _model.List(filter);
        var listed = new List<RunSummary>();
        await foreach (var run in StoreListing.ListAsync(store, filter))
            listed.Add(run);
        Assert.True(
            expected.SequenceEqual(listed),
            $"seed {seed}, step {step}, [{filter}]: expected\n{string.Join('\n', expected)}\ngot\n"
                + string.Join('\n', listed)
        );
        Assert.Equal(expected.Count, await StoreListing.CountAsync(store, filter));
    }

    private T Any<T>(params T[] values) => values[_random.Next(values.Length)];

    private string? Maybe(string value) => _random.Next(8) == 0 ? value : null;
}
