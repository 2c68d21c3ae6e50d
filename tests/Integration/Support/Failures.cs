namespace Cano.Integration;

/// <summary>The error of something that must fail.</summary>
internal static class Failures
{
    public static async Task<CanoError> OfAsync<T>(Task<T> run) =>
        (await Assert.ThrowsAsync<CanoException>(() => run)).Error;

    public static CanoError Of(Action action) => Assert.Throws<CanoException>(action).Error;
}
