/** What the gateway asks the machine that it runs on. */
export interface Gauges {
  /** Of the disk that holds the data folder, in bytes. */
  disk(): Promise<{ free: number; size: number }>;
  /** Milliseconds that only ever go on, whoever sets the clock. */
  steadyMs(): number;
}
