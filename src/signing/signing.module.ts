import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { KeyedHashes, openKeyedHashes } from './keyed-hashes.js';
import { SecretBox } from './secret-box.js';
import { loadSecretsKeys, openSecretBox } from './secrets-keys.js';

/** Signature schemes are pure functions; what needs wiring is what keeps secrets encrypted and names hashed. */
@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [HUB_CONFIG, DataSource],
      useFactory: (config: HubConfig, dataSource: DataSource) => openSecretBox(loadSecretsKeys(config), dataSource),
    },
    {
      provide: KeyedHashes,
      inject: [HUB_CONFIG, SecretBox, DataSource],
      useFactory: (config: HubConfig, box: SecretBox, dataSource: DataSource) =>
        openKeyedHashes(loadSecretsKeys(config), box, dataSource),
    },
  ],
  exports: [SecretBox, KeyedHashes],
})
export class SigningModule {}
