namespace Cano.Integration.Sagas;

/// <summary>Many sagas with failures, cancels, timeouts and crashes anywhere; a seed tells a saga.</summary>
public sealed class RandomSagaTests
{
    private const int SagaCount = 5000;

    [Fact]
    [Trait("ID", "G16"), Trait("ID", "G17"), Trait("ID", "Y5"), Trait("ID", "Y6"), Trait("ID", "R5")]
    public async Task Random_sagas_leave_nothing_behind_unless_they_complete()
    {
        var sagas = await CheckAsync(0, SagaCount, isDirty: false);
        // The draw is worth something only when every way to end is in it, with crashes and without.
        Assert.True(sagas.Count(saga => saga.Error is null) > SagaCount / 10);
        Assert.True(sagas.Count(saga => saga.Error is not null && saga.CrashCount == 0) > SagaCount / 10);
        Assert.True(sagas.Count(saga => saga.Error is not null && saga.CrashCount > 1) > SagaCount / 20);
        foreach (var fault in Enum.GetValues<RandomSaga.Wrong>().Except([RandomSaga.Wrong.Nothing]))
            Assert.True(
                sagas.Count(saga => saga.Fault == fault && saga.Error is not null) > SagaCount / 30,
                $"{fault}"
            );
    }

    [Fact]
    [Trait("ID", "G3"), Trait("ID", "G5"), Trait("ID", "C9")]
    public async Task Random_sagas_leave_behind_exactly_what_their_compensations_could_not_undo()
    {
        var sagas = await CheckAsync(SagaCount, SagaCount, isDirty: true);
        Assert.True(sagas.Count(saga => saga.Error?.Category == "compensation_failed") > SagaCount / 10);
    }

    private static async Task<List<RandomSaga>> CheckAsync(int firstSeed, int count, bool isDirty)
    {
        var sagas = new List<RandomSaga>(count);
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var saga = new RandomSaga(seed, isDirty);
            try
            {
                await saga.CheckAsync();
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }

            sagas.Add(saga);
        }

        return sagas;
    }
}
