namespace Cano.Reliability.Planted.Bugs;

/// <summary>What users give throws, and nobody guards it.</summary>
internal static class GuestBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "logger-unguarded",
            "src/Cano.Runtime/Errors/GuardedLogger.cs",
            "        catch (Exception)\n        {\n            // There is nobody else to tell.",
            "        catch (Exception) when (!ON)\n        {\n            // There is nobody else to tell.",
            Check.Row("simulate", 300)
        ),
        new(
            "observer-unguarded",
            "src/Cano.Runtime/Observation/Observers.cs",
            "            catch (Exception thrown)\n",
            "            catch (Exception thrown) when (!ON)\n",
            Check.Row("simulate", 100)
        ),
        new(
            "message-unguarded",
            "src/Cano.Runtime/Errors/UserText.cs",
            "        catch (Exception broken)\n        {\n            return $\"its Message",
            "        catch (Exception broken) when (!ON)\n        {\n            return $\"its Message",
            Check.Row("simulate", 300)
        ),
    ];
}
