/** Options that several methods share. */
import { z } from "zod";

export const betaOption = (value = 0.1, meaning = "strength of the KL penalty") =>
  z.number().positive().default(value).describe(meaning);

/** β of a method without a reference. */
export const scaleOption = (value = 0.1) => betaOption(value, "β: scale of the differences of log-probabilities");

export const smoothingOption = () =>
  z.number().min(0).max(0.5).default(0).describe("probability that a label is wrong");
